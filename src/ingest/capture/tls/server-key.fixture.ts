// A key and certificate for the TLS servers of the tests. They protect nothing.

const pem = (kind: string, base64: string) => `-----BEGIN ${kind}-----\n${base64}\n-----END ${kind}-----\n`;

export const KEY = pem(
  'PRIVATE KEY',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJNlANKs/orq6kwa93h/sYpHa+5HjvlBj2GWjEALkon6hRANCAASN' +
    'AHdU/+yNjtRhydgVI57KNuKY7O+q5o0gkQW/NJbMcsLEMVkWrj91rfn62BghD6A1UI1WucTDKEtwQnHeyvhE',
);
export const CERTIFICATE = pem(
  'CERTIFICATE',
  'MIIBcDCCARWgAwIBAgIUIQCujvzkh+L09XpMQfe+lhdZsYMwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjYyMzMx' +
    'MDRaGA8yMTI2MTEwMjIzMzEwNFowDDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI0Ad1T/7I2O1GHJ2BUj' +
    'nso24pjs76rmjSCRBb80lsxywsQxWRauP3Wt+frYGCEPoDVQjVa5xMMoS3BCcd7K+ESjUzBRMB0GA1UdDgQWBBT7iNi78UmPGRyu' +
    'z2XHgFYSClXzvzAfBgNVHSMEGDAWgBT7iNi78UmPGRyuz2XHgFYSClXzvzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kA' +
    'MEYCIQDFSKWkTZb0JYvLPcv7/Y1RXmYJDC8HEbjV1T0qcxiJ8gIhAOhfU6wGOhc4rGrCaaSbfgm2j1LlBhXMBQ9w7nKn3a7M',
);
