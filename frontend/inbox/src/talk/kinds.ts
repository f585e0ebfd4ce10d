// What a browser can show of a file.
export const isPicture = (type: string) => /^image\/(png|jpeg|gif|webp|avif)$/.test(type)
