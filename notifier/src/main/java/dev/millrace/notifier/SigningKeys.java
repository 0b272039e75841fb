package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SigningKeysResource;
import dev.millrace.controlplane.SigningKeysResource.Certificate;
import dev.millrace.identity.SecretSeal;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The installation's key for messages to subscribers: made at its first use by whoever is first, shared by all
/// notifiers, and replaced once a year. Thread-safe; may block.
final class SigningKeys {
    private static final Logger LOGGER = LoggerFactory.getLogger(SigningKeys.class);
    private static final Duration LIFE = Duration.ofDays(365);

    /// What was signed on a key's last day is verified for two more years.
    private static final Duration VALIDITY = LIFE.multipliedBy(3);

    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final int KEY_BITS = 2048;
    private static final int SERIAL_BITS = 127;
    private static final int FINGERPRINT_LENGTH = 32;
    private static final X500Principal NAME = new X500Principal("CN=Millrace notifications");

    /// @param fingerprint of its certificate
    record SigningKey(String fingerprint, PrivateKey privateKey, Instant createdAt) {}

    private record Made(SigningKey key, String sealed, Certificate certificate) {}

    private final ResourceCatalog catalog;
    private final SecretSeal seal;
    private final InstantSource clock;
    private final SecureRandom random;
    private @Nullable SigningKey key;

    SigningKeys(ResourceCatalog catalog, SecretSeal seal, InstantSource clock, SecureRandom random) {
        this.catalog = catalog;
        this.seal = seal;
        this.clock = clock;
        this.random = random;
    }

    /// The key to sign with now.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when it can be neither read nor made now
    synchronized SigningKey current() {
        SigningKey known = key;
        if (known == null || known.createdAt().plus(LIFE).isBefore(clock.instant())) {
            known = shared();
            key = known;
        }
        return known;
    }

    private SigningKey shared() {
        Optional<SigningKeysResource> stored = catalog.load(ResourceKind.SIGNING_KEYS, SigningKeysResource.NAME);
        if (stored.isEmpty()) {
            return first();
        }
        Certificate certificate = stored.get().current();
        boolean isOver = certificate.createdAt().plus(LIFE).isBefore(clock.instant());
        Optional<SigningKey> opened = isOver ? Optional.empty() : opened(stored.get());
        return opened.orElseGet(() -> rotated(certificate.fingerprint()));
    }

    private SigningKey first() {
        Made made = make();
        var document = new SigningKeysResource(
                SigningKeysResource.NAME,
                "millrace:signing-keys/" + SigningKeysResource.NAME,
                0,
                made.key().createdAt(),
                made.sealed(),
                List.of(made.certificate()));
        try {
            catalog.create(ResourceKind.SIGNING_KEYS, document);
            return made.key();
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.RESOURCE_CONFLICT) {
                return shared();
            }
            throw e;
        }
    }

    /// @param replaced nothing is changed where another process has replaced it by now
    private SigningKey rotated(String replaced) {
        Made made = make();
        SigningKeysResource changed = catalog.update(
                        ResourceKind.SIGNING_KEYS,
                        SigningKeysResource.NAME,
                        each -> each.current().fingerprint().equals(replaced)
                                ? each.rotated(made.sealed(), made.certificate())
                                : each)
                .orElseThrow(() -> new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the signing keys are gone"));
        if (changed.current().fingerprint().equals(made.certificate().fingerprint())) {
            return made.key();
        }
        return opened(changed)
                .orElseThrow(() -> new PlatformException(
                        ErrorCode.SERVICE_UNAVAILABLE, "another notifier has another master key"));
    }

    private Optional<SigningKey> opened(SigningKeysResource document) {
        Certificate certificate = document.current();
        try {
            Secret pkcs8 = seal.open(owner(certificate.fingerprint()), document.sealedPrivateKey());
            PrivateKey privateKey = KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pkcs8.value())));
            return Optional.of(new SigningKey(certificate.fingerprint(), privateKey, certificate.createdAt()));
        } catch (IllegalStateException | IllegalArgumentException | GeneralSecurityException e) {
            LOGGER.atError()
                    .addKeyValue("error", e.getMessage())
                    .log("the signing key cannot be opened, another is made: was the master key changed?");
            return Optional.empty();
        }
    }

    private Made make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS, random);
            KeyPair pair = generator.generateKeyPair();
            Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            X509Certificate certificate = SelfSignedCertificate.create(
                    pair,
                    NAME,
                    new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
                    now.minus(CLOCK_SKEW),
                    now.plus(VALIDITY));
            String fingerprint = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()))
                    .substring(0, FINGERPRINT_LENGTH);
            var pkcs8 = new Secret(
                    Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
            return new Made(
                    new SigningKey(fingerprint, pair.getPrivate(), now),
                    seal.seal(owner(fingerprint), pkcs8),
                    new Certificate(fingerprint, SelfSignedCertificate.pem(certificate), now, now.plus(VALIDITY)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    private static String owner(String fingerprint) {
        return "signing-key " + fingerprint;
    }
}
