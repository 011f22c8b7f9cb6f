// Shows the document beside which the page is served. Requests are tried out against the same server.
SwaggerUIBundle({
  url: "./openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
