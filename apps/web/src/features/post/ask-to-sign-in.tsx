// What a visitor gets who wants to like, follow or answer: a word and a way in.

import { useNavigate } from "@tanstack/react-router"
import { useCallback } from "react"
import { useT } from "../../intl/translate.ts"
import { useToast } from "../../ui/toast.tsx"

export function useAskToSignIn(): () => void {
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  return useCallback(() => {
    toast({
      text: t("post.ask.sign.in"),
      action: { label: t("post.sign.in"), run: () => void navigate({ to: "/sign-in" }) },
    })
  }, [t, toast, navigate])
}
