// Whether a newer version of the app lies ready, and how to change to it.
class Shell {
  renew = $state<(() => void) | null>(null)
}

export const shell = new Shell()
