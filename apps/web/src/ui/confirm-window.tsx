// The window of a ConfirmDialog. Loaded when one is opened.

import { AlertDialog as Radix } from "radix-ui"
import { useT } from "../intl/translate.ts"
import { Button } from "./button.tsx"
import type { ConfirmDialogProps } from "./confirm-dialog.tsx"
import { useReturnFocus } from "./use-return-focus.ts"

export function ConfirmWindow(props: ConfirmDialogProps) {
  const t = useT()
  const focus = useReturnFocus()
  return (
    <Radix.Root open onOpenChange={(next) => !next && props.onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade-in bg-scrim" />
        <Radix.Content
          {...focus}
          className="fixed inset-x-0 top-1/2 z-40 mx-auto w-[calc(100%-2rem)] max-w-[400px] -translate-y-1/2 animate-pop-in rounded-16 bg-raised p-6 shadow-float outline-none"
        >
          <Radix.Title className="text-18 font-strong">{props.title}</Radix.Title>
          <Radix.Description className="mt-2 text-15 text-quiet">{props.text}</Radix.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <Radix.Cancel asChild>
              <Button look="quiet">{t("ui.cancel")}</Button>
            </Radix.Cancel>
            <Button
              look={props.danger === true ? "danger" : "primary"}
              busy={props.busy ?? false}
              onClick={props.onConfirm}
            >
              {props.confirm}
            </Button>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
