import { ErrorState } from "../ui/ErrorState.tsx"

/** A page that could not be shown: mostly its script is gone because a newer version was installed. */
export function PageError() {
  return (
    <ErrorState
      message="This page could not be shown. A newer version may have been installed meanwhile."
      onRetry={() => location.reload()}
    />
  )
}
