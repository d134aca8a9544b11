import { TenantSlug } from "@innkeeper/config"
import { EmailAddress } from "@innkeeper/platform/api"
import { getRouteApi } from "@tanstack/react-router"
import { Schema } from "effect"
import { MailCheck } from "lucide-react"
import { type SubmitEvent, useState } from "react"
import { checkForm } from "../api/checkForm.ts"
import { problemStatus, problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { plainWords } from "../forms/plainWords.ts"
import { Button } from "../ui/Button.tsx"
import { Field, TextInput } from "../ui/Field.tsx"
import { Frame } from "./Frame.tsx"
import { useEnter } from "./useEnter.ts"

const route = getRouteApi("/sign-in")

const checkEmail = checkForm(Schema.Struct({ email: EmailAddress }))
const checkOrganisation = checkForm(Schema.Struct({ organisation: TenantSlug }))

const statusTexts: Readonly<Record<number, string>> = {
  401: "This email and password do not belong together. Check both, or let us send you a link.",
  409: "You belong to several organisations. Say which one you want to enter."
}

/** Sign-in by email and password, or by a link sent to the address. */
export function SignIn() {
  const { next } = route.useSearch()
  const enter = useEnter()
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const [organisation, setOrganisation] = useState("")
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const [asksOrganisation, setAsksOrganisation] = useState(false)

  const signIn = useAction(
    (payload: { readonly email: string; readonly password: string; readonly organisation?: TenantSlug }) => (api) =>
      api.session.signIn({ payload }),
    {
      onDone: () => enter(next),
      onFailed: (error) => {
        if (problemStatus(error) === 409) setAsksOrganisation(true)
      }
    }
  )
  const sendLink = useAction((address: string) => (api) =>
    api.session.requestMagicLink({ payload: { email: address } })
  )

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const address = checkEmail({ email })
    const named = asksOrganisation ? checkOrganisation({ organisation }) : null
    const found = {
      ...address.errors,
      ...named?.errors,
      ...(password === "" ? { password: "Enter your password, or let us send you a link" } : {})
    }
    setErrors(found)
    if (address.value === null || Object.keys(found).length > 0) return
    sendLink.reset()
    signIn.mutate({ ...address.value, password, ...named?.value })
  }
  const requestLink = () => {
    const address = checkEmail({ email })
    setErrors(address.errors ?? {})
    if (address.value === null) return
    signIn.reset()
    sendLink.mutate(address.value.email)
  }

  if (sendLink.isSuccess) {
    return (
      <Frame title="Look into your mail">
        <p className="flex gap-3 text-sm">
          <MailCheck aria-hidden className="size-5 shrink-0 text-ok" />
          <span>
            If <strong className="font-semibold break-all">{email}</strong>{" "}
            belongs to somebody here, a link is on its way. It works once and for a short time.
          </span>
        </p>
        <Button onClick={() => sendLink.reset()}>Back to the sign-in</Button>
      </Frame>
    )
  }

  const words = (field: string) => errors[field] === undefined ? undefined : plainWords(errors[field])
  const failure = signIn.error ?? sendLink.error
  return (
    <Frame title="Sign in">
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <Field label="Email" error={words("email")}>
          <TextInput
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label="Password" error={errors["password"]}>
          <TextInput
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {asksOrganisation && (
          <Field label="Organisation" hint="Its short name, such as lakeside" error={words("organisation")}>
            <TextInput
              name="organization"
              autoComplete="organization"
              autoCapitalize="none"
              autoFocus
              value={organisation}
              onChange={(event) =>
                setOrganisation(event.target.value)}
            />
          </Field>
        )}
        {failure !== null && (
          <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
            {statusTexts[problemStatus(failure) ?? 0] ?? problemText(failure)}
          </p>
        )}
        <Button type="submit" tone="primary" size="large" busy={signIn.isPending}>Sign in</Button>
        <Button tone="quiet" busy={sendLink.isPending} onClick={requestLink}>Send me a link instead</Button>
      </form>
    </Frame>
  )
}
