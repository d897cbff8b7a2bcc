// The words of lists.

export const listsMessages = {
  "lists.title": "Lists",
  "lists.empty": "No lists yet",
  "lists.empty.text": "Put people into a list, and it becomes a timeline of its own.",
  "lists.list.title": "List",
  "lists.list.empty": "Nothing here yet",
  "lists.list.empty.text": "What the people in this list post shows up here.",
} as const
