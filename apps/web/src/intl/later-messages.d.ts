// What scripts/vite/catalogue.ts makes of a language: the words that the first page does not need.

declare module "virtual:later-messages/*" {
  export const messages: Readonly<Record<string, string>>
}
