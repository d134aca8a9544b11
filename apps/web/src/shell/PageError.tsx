import { type ErrorComponentProps, useRouter } from "@tanstack/react-router"
import { Effect, Fiber, ManagedRuntime } from "effect"
import { FetchHttpClient } from "effect/http"
import { useEffect } from "react"
import { ErrorState } from "../ui/ErrorState.tsx"
import { loadNewVersion } from "./newVersion.ts"
import { PageNotFetched } from "./pageScript.ts"

const runtime = ManagedRuntime.make(FetchHttpClient.layer)

/** A page that could not be shown. What was read stays where only its script is missing. */
export function PageError({ error }: ErrorComponentProps) {
  return error instanceof PageNotFetched ? <NotFetched /> : (
    <ErrorState
      message="This page could not be shown. Loading it anew may help."
      onRetry={() => location.reload()}
    />
  )
}

function NotFetched() {
  const router = useRouter()
  useEffect(() => {
    const fiber = runtime.runFork(loadNewVersion)
    return () => {
      Effect.runFork(Fiber.interrupt(fiber))
    }
  }, [])
  return (
    <ErrorState
      message="This page could not be fetched. Check the connection and try again."
      onRetry={() => void router.invalidate()}
    />
  )
}
