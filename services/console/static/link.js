// Puts the secret of a link, which follows the number sign and is sent to nobody, into the form.
(function () {
  var secret = window.location.hash.slice(1);
  var field = document.getElementById("code");
  if (secret && field) {
    field.value = secret;
    var others = document.querySelectorAll("a[hreflang]");
    for (var n = 0; n < others.length; n += 1) {
      others[n].href += "#" + secret;
    }
  }
})();
