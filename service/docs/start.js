// Shows the contract of this service. Nothing is fetched from elsewhere.
SwaggerUIBundle({
  url: document.currentScript.dataset.contract,
  dom_id: "#contract",
  deepLinking: true,
  validatorUrl: null,
});
