// Joins class names and leaves out what is not there.

export type ClassName = string | false | null | undefined

export function cx(...names: readonly ClassName[]): string {
  return names.filter(Boolean).join(" ")
}
