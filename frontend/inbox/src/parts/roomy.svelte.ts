// Whether there is room beside a conversation. Asked once: the browser lays the page out before it answers.
class Roomy {
  now = $state(true)

  constructor() {
    const wide = matchMedia('(min-width: 1181px)')
    this.now = wide.matches
    wide.addEventListener('change', () => (this.now = wide.matches))
  }
}

export const roomy = new Roomy()
