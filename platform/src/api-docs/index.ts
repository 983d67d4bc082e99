export { type ApiDocs, createApiDocs } from './api-docs.js';
export { asyncApiDocument } from './asyncapi-document.js';
export { openApiDocument } from './openapi-document.js';
