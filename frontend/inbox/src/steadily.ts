// Parts of the app that come later must come even where the network is away at the moment.
export async function steadily<T>(load: () => Promise<T>, pause = 2_000): Promise<T> {
  for (;;)
    try {
      return await load()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
}
