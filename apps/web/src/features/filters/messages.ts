// The words of filters.

export const filtersMessages = {
  "filters.title": "Filters",
  "filters.empty": "No filters yet",
  "filters.empty.text": "Hide posts with words that you would rather not read.",
  "filters.edit.title": "Filter",
  "filters.edit.empty": "Filter",
  "filters.edit.empty.text": "Words, and what happens to posts with them.",
} as const
