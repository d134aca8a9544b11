import { Loaded } from "../api/Loaded.tsx"
import { useMay, useMe } from "../api/useMe.ts"
import { Card } from "../ui/Card.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { ApiKeysCard } from "./ApiKeysCard.tsx"
import { ContactMethods } from "./ContactMethods.tsx"
import { PasswordCard } from "./PasswordCard.tsx"
import { ProfileCard } from "./ProfileCard.tsx"
import { ThemeCard } from "./ThemeCard.tsx"

/** What a person sets for themselves; for those who may, the organisation's API keys as well. */
export function Settings() {
  const me = useMe()
  const mayMakeKeys = useMay("keys:write")
  return (
    <Page>
      <Loaded query={me}>
        {({ principal, tenant, user, version }) => (
          <>
            <PageHeader title="Settings">
              {principal.name} · {tenant.name} · Innkeeper {version}
            </PageHeader>
            <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
              {user !== null && (
                <>
                  <ProfileCard user={user} />
                  <Card title="Contact methods">
                    <ContactMethods user={user} />
                  </Card>
                  <PasswordCard user={user} />
                </>
              )}
              <ThemeCard />
              {mayMakeKeys && (
                <div className="lg:col-span-2">
                  <ApiKeysCard />
                </div>
              )}
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}
