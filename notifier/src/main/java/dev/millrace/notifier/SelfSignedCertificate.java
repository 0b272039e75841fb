package dev.millrace.notifier;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;

/// Writes a certificate of X.509 version 1 by hand: the JDK reads certificates but makes none without its
/// `keytool`, a child process with a key store on disk, and a library that does is larger than the notifier.
final class SelfSignedCertificate {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;

    /// Object identifier 1.2.840.113549.1.1.11 and NULL.
    private static final byte[] SHA256_WITH_RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00
    };

    private static final DateTimeFormatter SHORT_YEAR =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter LONG_YEAR =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /// RFC 5280: from then on years have four digits.
    private static final Instant LONG_YEARS = Instant.parse("2050-01-01T00:00:00Z");

    private SelfSignedCertificate() {}

    /// @param serial above zero
    /// @param keys RSA
    static X509Certificate create(
            KeyPair keys, X500Principal name, BigInteger serial, Instant notBefore, Instant notAfter)
            throws GeneralSecurityException {
        byte[] content = der(
                SEQUENCE,
                der(INTEGER, serial.toByteArray()),
                SHA256_WITH_RSA,
                name.getEncoded(),
                der(SEQUENCE, time(notBefore), time(notAfter)),
                name.getEncoded(),
                keys.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        byte[] certificate = der(SEQUENCE, content, SHA256_WITH_RSA, der(BIT_STRING, new byte[] {0}, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    static String pem(X509Certificate certificate) throws GeneralSecurityException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    }

    private static byte[] time(Instant at) {
        boolean isShort = at.isBefore(LONG_YEARS);
        String text = (isShort ? SHORT_YEAR : LONG_YEAR).format(at);
        return der(isShort ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Tag, length and the contents one after the other.
    private static byte[] der(int tag, byte[]... contents) {
        var content = new ByteArrayOutputStream();
        for (byte[] each : contents) {
            content.writeBytes(each);
        }
        var all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length < 0x80) {
            all.write(length);
        } else {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int skipped = digits[0] == 0 ? 1 : 0;
            all.write(0x80 | (digits.length - skipped));
            all.write(digits, skipped, digits.length - skipped);
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }
}
