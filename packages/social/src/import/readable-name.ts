// Display names for members of whom only a number is known: a bird that can be told apart at a glance. The same number has the
// same name in every run; two numbers may share one, as people do.

import { evenly } from "./spread-posts.ts"

const KINDS = [
  "Alpine", "Amber", "Arctic", "Ashen", "Barred", "Black", "Blue", "Bright", "Bronze", "Brown", "Chestnut", "Cinnamon",
  "Coastal", "Collared", "Copper", "Crested", "Crimson", "Desert", "Dusky", "Eastern", "Emerald", "Forest", "Golden",
  "Great", "Green", "Grey", "Hooded", "Indigo", "Ivory", "Lesser", "Little", "Marsh", "Mountain", "Northern", "Olive",
  "Painted", "Pale", "Pied", "Purple", "Red", "Ringed", "River", "Rosy", "Ruby", "Rufous", "Sandy", "Scarlet", "Silver",
  "Snowy", "Southern", "Speckled", "Spotted", "Striped", "Swift", "Tawny", "Tropical", "Tufted", "Velvet", "Violet",
  "Western", "White", "Wild", "Woodland", "Yellow",
] as const // prettier-ignore
const BIRDS = [
  "Avocet", "Bittern", "Bunting", "Buzzard", "Chickadee", "Condor", "Coot", "Cormorant", "Crane", "Crow", "Cuckoo",
  "Curlew", "Dipper", "Dove", "Dunlin", "Eagle", "Egret", "Falcon", "Finch", "Flycatcher", "Goshawk", "Grebe", "Grouse",
  "Gull", "Harrier", "Hawk", "Heron", "Hoopoe", "Ibis", "Jay", "Kestrel", "Kingfisher", "Kite", "Lapwing", "Lark",
  "Linnet", "Magpie", "Martin", "Merlin", "Nightjar", "Nuthatch", "Oriole", "Osprey", "Owl", "Oystercatcher", "Partridge",
  "Petrel", "Pipit", "Plover", "Puffin", "Quail", "Raven", "Robin", "Sandpiper", "Shrike", "Skua", "Sparrow", "Starling",
  "Stork", "Swallow", "Tern", "Thrush", "Wagtail", "Warbler", "Wren",
] as const // prettier-ignore

/** E.g. `Tawny Kestrel`. */
export function readableName(number: number): string {
  const drawn = Math.floor(evenly(number % 0x1_0000_0000) * KINDS.length * BIRDS.length)
  return `${KINDS[drawn % KINDS.length]} ${BIRDS[Math.floor(drawn / KINDS.length)]}`
}
