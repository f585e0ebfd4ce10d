/** 1 where lines run to the right, -1 where they run to the left: for what is told by pixels or by arrow keys. */
export const along = (): 1 | -1 => (document.documentElement.dir === 'rtl' ? -1 : 1)
