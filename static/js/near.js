// Fills in where the device is, rounded to a kilometre, when its owner asks for it.

const DIGITS = 2; // of degrees
const PATIENCE = 15000; // milliseconds
const RECENT = 600000; // a position of the last ten minutes will do

class Locate {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[role=status]");
    form.hidden = false;
    form.addEventListener("submit", (event) => this.ask(event));
  }

  ask(event) {
    event.preventDefault();
    this.status.textContent = "";
    const options = { enableHighAccuracy: false, timeout: PATIENCE, maximumAge: RECENT };
    navigator.geolocation.getCurrentPosition(({ coords }) => this.send(coords), () => this.failed(), options);
  }

  send({ latitude, longitude }) {
    this.form.elements.latitude.value = latitude.toFixed(DIGITS);
    this.form.elements.longitude.value = longitude.toFixed(DIGITS);
    this.form.submit();
  }

  failed() {
    this.status.textContent = this.form.dataset.failed;
  }
}

if (navigator.geolocation && window.isSecureContext)
  for (const form of document.querySelectorAll("form.locate")) new Locate(form);
