import { useMutation, useQueryClient } from "@tanstack/react-query"
import { type SubmitEvent, useState } from "react"
import { problemStatus, problemText } from "../api/problem.ts"
import { Frame } from "../sign-in/Frame.tsx"
import { Button } from "../ui/Button.tsx"
import { Field, TextInput } from "../ui/Field.tsx"
import { runAdmin } from "./adminClient.ts"

/** Asks for the admin token. It is sent once; from then on a cookie stands for it. */
export function ConsoleSignIn() {
  const queries = useQueryClient()
  const [token, setToken] = useState("")
  const [isEmpty, setIsEmpty] = useState(false)
  const signIn = useMutation({
    mutationFn: (token: string) => runAdmin((api) => api.adminSession.signIn({ payload: { token } })),
    onSuccess: () => void queries.resetQueries({ queryKey: ["admin"] })
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setIsEmpty(token === "")
    if (token !== "") signIn.mutate(token.trim())
  }
  return (
    <Frame title="Console of the platform">
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <Field
          label="Admin token"
          hint={
            <>
              The value of <code className="font-mono">INNKEEPER_ADMIN_TOKEN</code>; in development{" "}
              <code className="font-mono">adminToken</code> in{" "}
              <code className="font-mono">.innkeeper/secrets.json</code>
            </>
          }
          error={isEmpty ? "Enter the admin token" : undefined}
        >
          <TextInput
            type="password"
            name="admin-token"
            autoComplete="current-password"
            autoFocus
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </Field>
        {signIn.error !== null && (
          <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
            {problemStatus(signIn.error) === 401
              ? "This is not the admin token of this installation."
              : problemText(signIn.error)}
          </p>
        )}
        <Button type="submit" tone="primary" size="large" busy={signIn.isPending}>Open the console</Button>
      </form>
    </Frame>
  )
}
