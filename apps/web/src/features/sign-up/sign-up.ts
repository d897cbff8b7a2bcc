// Joining: which form a visitor gets, and the account made with the app's own token.

import { useMutation, useQuery } from "@tanstack/react-query"
import { ApiError } from "../../api/api-error.ts"
import type { Invitation } from "../../api/aviary-entities.ts"
import type { OAuthToken } from "../../api/entities.ts"
import { useApi, useClient } from "../../session/client-context.tsx"

export interface NewAccount {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly agreement: boolean
  readonly reason: string
  readonly inviteCode: string
  /** Of the page. */
  readonly locale: string
}

/** The invitation of a code; `ended` where it lets nobody in, undefined while it is read and without a code. */
export function useInvitation(code: string): Invitation | "ended" | undefined {
  const api = useApi()
  const { data } = useQuery({
    queryKey: ["invitation", code],
    enabled: code !== "",
    queryFn: async ({ signal }) => {
      try {
        return await api.get<Invitation>("/api/aviary/v1/invitation", { query: { code }, signal })
      } catch (error) {
        if (ApiError.from(error).kind === "missing") return "ended"
        throw error
      }
    },
  })
  return data
}

/** Makes the account; resolves to its token, which is good at once unless the staff has to let the member in. */
export function useCreateAccount() {
  const { api, oauth } = useClient()
  return useMutation({
    async mutationFn({ inviteCode, ...account }: NewAccount): Promise<string> {
      const { access_token } = await api.post<OAuthToken>("/api/v1/accounts", {
        token: await oauth.appToken(),
        body: { ...account, ...(inviteCode === "" ? {} : { invite_code: inviteCode }) },
      })
      return access_token
    },
  })
}
