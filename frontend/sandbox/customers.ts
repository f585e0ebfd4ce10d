// Who is played at an inbox, and in which groups: remembered in the browser, Anna at first.
export interface Customer {
  id: string
  name: string
}
export interface Group {
  id: string
  name: string
}
export interface Cast {
  customers: Customer[]
  groups: Group[]
}

export function recall(place: string): Cast {
  try {
    const found = JSON.parse(localStorage.getItem(place) ?? 'null') as Partial<Cast> | null
    if (found?.customers?.length) return { customers: found.customers, groups: found.groups ?? [] }
  } catch {
    // Storage is forbidden: the tab starts afresh each time.
  }
  return { customers: [{ id: 'anna', name: 'Anna' }], groups: [] }
}

export function remember(place: string, cast: Cast) {
  try {
    localStorage.setItem(place, JSON.stringify(cast))
  } catch {
    // As above.
  }
}

export function invent(name: string): { id: string; name: string } {
  return { id: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${Date.now().toString(36).slice(-4)}`, name }
}
