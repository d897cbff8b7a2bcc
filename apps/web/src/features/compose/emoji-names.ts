// A choice of the usual emoji with words to find them by. The system's own keyboard has all the others. Pure.

export interface NamedEmoji {
  readonly text: string
  /** The first is its name. */
  readonly names: readonly string[]
}

const table = `
😀 smile happy grin|😂 joy laugh tears|🥲 bittersweet tear|😊 blush glad|😉 wink|😍 heart_eyes love|😘 kiss|🤔 thinking hmm|🙃 upside_down|😅 sweat_smile phew
😎 cool sunglasses|🥳 party celebrate|😴 sleep tired|😭 sob cry|😢 sad tear|😡 angry|😱 scream shock|🤯 mind_blown|🥺 pleading|😬 grimace|🙄 eye_roll|🤷 shrug|🤦 facepalm
👍 thumbs_up yes|👎 thumbs_down no|👏 clap applause|🙌 raised_hands hooray|🙏 thanks please pray|👋 wave hello bye|🤝 handshake deal|💪 strong muscle|✌️ peace|🤞 fingers_crossed luck|👀 eyes look
❤️ heart love red|🧡 orange_heart|💛 yellow_heart|💚 green_heart|💙 blue_heart|💜 purple_heart|🖤 black_heart|💔 broken_heart|✨ sparkles magic|🔥 fire hot|💯 hundred|⭐ star|🎉 tada party
🐦 bird|🪶 feather|🦉 owl|🦆 duck|🦅 eagle|🐧 penguin|🕊️ dove peace|🐔 chicken hen|🐣 chick hatching|🪺 nest|🐝 bee|🦋 butterfly|🐈 cat|🐕 dog|🐟 fish|🌱 seedling plant|🌳 tree|🌸 blossom flower|🍂 autumn leaves
☀️ sun|🌧️ rain|⛈️ storm|❄️ snow|🌈 rainbow|🌊 ocean wave_water|🌙 moon night|☕ coffee|🍵 tea|🍞 bread|🍰 cake|🍕 pizza|🍎 apple|🍺 beer|🍷 wine
🎵 music note|🎨 art paint|📚 books read|✏️ pencil write|📷 camera photo|💻 laptop computer|🚲 bicycle bike|🚆 train|✈️ plane travel|🏠 home house|⏰ alarm clock|📌 pin|🔗 link|✅ check done|❌ cross wrong|❓ question|❗ exclamation|💡 idea bulb
`

export const emojis: readonly NamedEmoji[] = table
  .split(/[|\n]/)
  .map((entry) => entry.trim())
  .filter((entry) => entry !== "")
  .map((entry) => {
    const [text = "", ...names] = entry.split(" ")
    return { text, names }
  })

/** Those with a word that begins with `query`, names before other words. */
export function findEmoji(query: string): NamedEmoji[] {
  const begins = (name: string | undefined) => name?.startsWith(query) === true
  const found = emojis.filter(({ names }) => names.some(begins))
  return [...found.filter(({ names }) => begins(names[0])), ...found.filter(({ names }) => !begins(names[0]))]
}
