// The community's settings, for who may change them.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { CommunitySettings } from "../../api/aviary-entities.ts"
import { keepHue } from "./community-hue.ts"
import { useApi } from "../../session/client-context.tsx"

const PATH = "/api/aviary/v1/instance/settings"
const key = ["community-settings"] as const

export type CommunityChange = Partial<Omit<CommunitySettings, "banner" | "fixed">> & {
  /** A file replaces it, null removes it. */
  readonly banner?: File | null
}

export function useCommunitySettings() {
  const api = useApi()
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<CommunitySettings>(PATH, { signal }),
    staleTime: 60_000,
  })
}

export function useChangeCommunity() {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    async mutationFn({ banner, ...change }: CommunityChange) {
      if (!(banner instanceof File))
        return await api.patch<CommunitySettings>(PATH, {
          body: { ...change, ...(banner === null ? { banner } : {}) },
        })
      const form = new FormData()
      form.set("banner", banner)
      const changed = await api.patch<CommunitySettings>(PATH, { body: form })
      return Object.keys(change).length === 0
        ? changed
        : await api.patch<CommunitySettings>(PATH, { body: { ...change } })
    },
    onSuccess(settings) {
      queries.setQueryData(key, settings)
      keepHue(settings.accent_hue)
      // What everybody reads of the community.
      void queries.invalidateQueries({ queryKey: ["instance"] })
      void queries.invalidateQueries({ queryKey: ["setup"] })
    },
  })
}
