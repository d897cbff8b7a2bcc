// Hashtags by dense number, so that the outboxes of tags are arrays by index. A number is for the life of the image.

export interface TagIndex {
  /** The number of a tag, -1 when no post in memory has had it. */
  indexOf(tag: string): number
  add(tag: string): number
}

export function createTagIndex(): TagIndex {
  const numbers = new Map<string, number>()
  return {
    indexOf: (tag) => numbers.get(tag) ?? -1,
    add(tag) {
      const known = numbers.get(tag)
      if (known !== undefined) return known
      numbers.set(tag, numbers.size)
      return numbers.size - 1
    },
  }
}
