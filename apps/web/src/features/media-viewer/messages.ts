// The words of the picture viewer.

export const mediaViewerMessages = {
  "viewer.title": "Picture {place} of {count}",
  "viewer.place": "{place} / {count}",
  "viewer.previous": "Previous picture",
  "viewer.next": "Next picture",
  "viewer.download": "Open the file",
} as const
