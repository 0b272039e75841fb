package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SigningKeysResource;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.runtime.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The verifier in here follows AWS's description of what is signed and shares no code with the signer.
class SigningKeysTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOPIC = "arn:aws:sns:us-east-1:000000000000:done";
    private static final Instant AT = Instant.parse("2026-11-21T10:00:00.700Z");
    private static final List<String> OF_NOTIFICATIONS =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> OF_CONFIRMATIONS =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    private final TestControlPlane controlPlane = TestControlPlane.inMemory();
    private final SnsEnvelope envelopes = Couriers.envelopes(controlPlane.catalog, controlPlane.clock);

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @CsvSource({"1,SHA1withRSA", "2,SHA256withRSA"})
    void signsNotifications(String version, String algorithm) throws Exception {
        var attributes = Map.of("kind", new MessageAttribute("String", "x"));
        var withSubject = new TopicMessage("{\"ä\":\"\\n\"}\n\t€", "done", attributes, AT);
        var without = new TopicMessage("text", null, Map.of(), AT);

        JsonNode first = JSON.readTree(envelopes.notification(subscription(), "id-1", withSubject, version));
        JsonNode second = JSON.readTree(envelopes.notification(subscription(), "id-2", without, version));

        assertThat(first.path("SignatureVersion").asString()).isEqualTo(version);
        assertThat(isSigned(first, algorithm, OF_NOTIFICATIONS)).isTrue();
        assertThat(isSigned(second, algorithm, OF_NOTIFICATIONS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SubscriptionConfirmation", "UnsubscribeConfirmation"})
    void signsConfirmations(String type) throws Exception {
        var to = new Destination.Subscription(TOPIC, TOPIC + ":1", "http://one.example/", type);

        JsonNode first = JSON.readTree(envelopes.confirmation(to, "id-1", "a+b/c&d=", AT, "1"));
        JsonNode second = JSON.readTree(envelopes.confirmation(to, "id-1", "a+b/c&d=", AT, "2"));

        assertThat(isSigned(first, "SHA1withRSA", OF_CONFIRMATIONS)).isTrue();
        assertThat(isSigned(second, "SHA256withRSA", OF_CONFIRMATIONS)).isTrue();
    }

    @Test
    void signsNothingElse() throws Exception {
        String envelope =
                envelopes.notification(subscription(), "id-1", new TopicMessage("text", "done", Map.of(), AT), "2");

        for (String change : List.of("text", "done", "id-1", TOPIC, "10:00:00.700Z")) {
            JsonNode changed = JSON.readTree(envelope.replace("\"" + change, "\"x" + change)
                    .replace("10:00:00.700Z", change.startsWith("10") ? "10:00:00.701Z" : "10:00:00.700Z"));
            assertThat(isSigned(changed, "SHA256withRSA", OF_NOTIFICATIONS)).isFalse();
        }
    }

    @Test
    void makesACertificateThatSignsItself() throws Exception {
        X509Certificate certificate = certificate(JSON.readTree(
                envelopes.notification(subscription(), "id", new TopicMessage("text", null, Map.of(), AT), "1")));

        assertThatCode(() -> certificate.verify(certificate.getPublicKey())).doesNotThrowAnyException();
        assertThatCode(certificate::checkValidity).doesNotThrowAnyException();
        assertThat(certificate.getSubjectX500Principal()).isEqualTo(certificate.getIssuerX500Principal());
        assertThat(certificate.getSerialNumber()).isPositive();
    }

    @Test
    void sharesOneKeyBetweenNotifiersAndRestarts() {
        String fingerprint = keys("one secret", controlPlane.clock).current().fingerprint();

        assertThat(keys("one secret", controlPlane.clock).current().fingerprint())
                .isEqualTo(fingerprint);
        assertThat(document().certificates()).hasSize(1);
        assertThat(document().sealedPrivateKey()).doesNotContain("PRIVATE");
    }

    @Test
    void keepsTheCertificateOfAKeyThatWasReplaced() {
        String first = keys("one secret", controlPlane.clock).current().fingerprint();
        InstantSource nextYear = InstantSource.offset(controlPlane.clock, Duration.ofDays(366));

        String second = keys("one secret", nextYear).current().fingerprint();

        assertThat(second).isNotEqualTo(first);
        assertThat(keys("one secret", nextYear).current().fingerprint()).isEqualTo(second);
        assertThat(document().certificate(first)).isPresent();
        assertThat(document().current().fingerprint()).isEqualTo(second);
    }

    @Test
    void makesAnotherKeyWhereTheOneThereIsCannotBeOpened() {
        String first = keys("one secret", controlPlane.clock).current().fingerprint();

        String second = keys("another secret", controlPlane.clock).current().fingerprint();

        assertThat(second).isNotEqualTo(first);
        assertThat(document().certificate(first)).isPresent();
    }

    private SigningKeysResource document() {
        return controlPlane
                .catalog
                .load(ResourceKind.SIGNING_KEYS, SigningKeysResource.NAME)
                .orElseThrow();
    }

    private SigningKeys keys(String secret, InstantSource clock) {
        var random = new SecureRandom();
        return new SigningKeys(controlPlane.catalog, Notifier.seal(null, new Secret(secret), random), clock, random);
    }

    private boolean isSigned(JsonNode envelope, String algorithm, List<String> keys) throws GeneralSecurityException {
        var text = new StringBuilder();
        for (String key : keys) {
            if (envelope.has(key)) {
                text.append(key)
                        .append('\n')
                        .append(envelope.path(key).asString())
                        .append('\n');
            }
        }
        Signature signature = Signature.getInstance(algorithm);
        signature.initVerify(certificate(envelope));
        signature.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return signature.verify(
                Base64.getDecoder().decode(envelope.path("Signature").asString()));
    }

    /// The one that the envelope names.
    private X509Certificate certificate(JsonNode envelope) throws GeneralSecurityException {
        String url = envelope.path("SigningCertURL").asString();
        assertThat(url).matches("http://127.0.0.1:8080/sns/SimpleNotificationService-[0-9a-f]{32}\\.pem");
        String fingerprint = url.substring(url.lastIndexOf('-') + 1, url.length() - ".pem".length());
        String pem = document().certificate(fingerprint).orElseThrow().pem();
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static SubscriptionResource subscription() {
        var token = new SubscriptionResource.ConfirmationToken("00", AT);
        return new SubscriptionResource(
                "1", TOPIC + ":1", 1, AT, TOPIC, "http", "http://a.example/", Map.of(), token, AT, null);
    }
}
