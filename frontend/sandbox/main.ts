import '../shared/tokens.css'
import './sandbox.css'
import { mount } from 'svelte'
import { nearestLocale, useLocale } from '../shared/words.ts'
import App from './App.svelte'

const locale = nearestLocale(navigator.languages)
await useLocale(locale)
document.documentElement.lang = locale
mount(App, { target: document.getElementById('app') as HTMLElement })
