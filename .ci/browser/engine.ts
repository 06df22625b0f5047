/* What a page carries that trains: the engine with its kernels, and all of autograd. */
export * from '@vae/autograd'
export * from '@vae/wasm'
