import '../../shared/tokens.css'
import { mount } from 'svelte'
import { nearestLocale, useLocale } from '../../shared/words.ts'
import App from './App.svelte'

await useLocale(nearestLocale(navigator.languages))
mount(App, { target: document.getElementById('app') as HTMLElement })
