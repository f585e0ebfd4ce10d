// A page of ours that carries the chat of one inbox, for whoever has no site at hand: /chat/try.html?inbox=KEY.
{
  const inbox = new URLSearchParams(location.search).get('inbox')
  const locale = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in __TRY__) ?? 'en'
  const texts = __TRY__[locale]!
  document.documentElement.lang = locale
  document.title = document.querySelector('h1')!.textContent = texts.title
  document.querySelector('p')!.textContent = inbox ? texts.how : texts.missing
  if (inbox) {
    const script = document.createElement('script')
    script.src = '/chat.js'
    script.dataset.inbox = inbox
    document.body.append(script)
  }
}
