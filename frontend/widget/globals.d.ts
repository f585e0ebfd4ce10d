declare const __NAMES__: Record<string, string>
declare const __ALLOW__: Record<string, Record<string, string>>
declare const __STYLE__: string
declare const __TRY__: Record<string, { title: string; how: string; missing: string }>
interface Window {
  lyhord: {
    /** Open the panel. */
    open(): Promise<void>
    /** Say who the visitor is: a signed statement or a function that fetches one; nothing for nobody any more. */
    identify(who?: string | (() => string | Promise<string>)): void
  }
}
