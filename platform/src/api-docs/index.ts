export { type ApiDocs, createApiDocs } from './api-docs.js';
export { openApiDocument } from './openapi-document.js';
