// The words of media-viewer.

export const mediaViewerMessages = {} as const
