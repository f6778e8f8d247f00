declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface SwaggerRequest {
    url: string
    headers: Record<string, string>
  }
  interface SwaggerOptions {
    readonly domNode: HTMLElement
    readonly url: string
    readonly deepLinking?: boolean
    readonly docExpansion?: 'none' | 'list' | 'full'
    readonly filter?: boolean
    readonly validatorUrl?: null
    readonly defaultModelsExpandDepth?: number
    readonly requestInterceptor?: (request: SwaggerRequest) => SwaggerRequest | Promise<SwaggerRequest>
  }
  export default function SwaggerUI(options: SwaggerOptions): unknown
}
