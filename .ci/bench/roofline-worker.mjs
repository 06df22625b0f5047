import { parentPort } from 'node:worker_threads'
import { rates } from './roofline-kernels.mjs'

parentPort.on('message', (kind) => parentPort.postMessage(rates[kind]()))
parentPort.postMessage('ready')
