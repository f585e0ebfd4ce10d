// Who is played at an inbox: remembered in the browser, Anna at first.
export interface Customer {
  id: string
  name: string
}

export function recall(place: string): Customer[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place) ?? 'null')
    if (Array.isArray(found) && found.length) return found as Customer[]
  } catch {
    // Storage is forbidden: the tab starts afresh each time.
  }
  return [{ id: 'anna', name: 'Anna' }]
}

export function remember(place: string, customers: Customer[]) {
  try {
    localStorage.setItem(place, JSON.stringify(customers))
  } catch {
    // As above.
  }
}

export function invent(name: string): Customer {
  return { id: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${Date.now().toString(36).slice(-4)}`, name }
}
