package dev.millrace.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.identity.AccessKey;
import dev.millrace.identity.BearerTokens;
import dev.millrace.identity.NewAccessKey;
import dev.millrace.identity.Role;
import dev.millrace.identity.SecretSeal;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessKeyStoreTest {
    private static final BucketName BUCKET = new BucketName("millrace");
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
    private final InstantSource clock = now::get;
    private final SecureRandom random = new SecureRandom();
    private final ResourceCatalog catalog = ResourceCatalog.open(
            new FakeObjectStore(clock, BUCKET), new PlatformObjects(BUCKET), new FakeFeed<>(clock), clock);
    private final AccessKeyStore keys = new AccessKeyStore(
            null,
            catalog,
            new Arns("us-east-1", "000000000000"),
            SecretSeal.derivedFrom(new Secret("the root's secret"), random),
            new NewAccessKey(random),
            clock,
            10);
    private final BearerTokens tokens = new BearerTokens(keys);

    @BeforeEach
    void load() {
        assertThat(catalog.awaitLoaded(Duration.ofSeconds(10))).isTrue();
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void takesTheSecretBeforeUntilTheGraceTimeIsOver() {
        AccessKey before = keys.create(Role.INVOKER, "");
        AccessKey after = keys.rotate(before.id(), HOUR);

        now.updateAndGet(at -> at.plus(HOUR).minusMillis(1));
        assertThat(isTaken(before)).isTrue();
        now.updateAndGet(at -> at.plusMillis(1));
        assertThat(isTaken(before)).isFalse();
        assertThat(isTaken(after)).isTrue();
    }

    @Test
    void takesTheSecretBeforeNoLongerWithoutAGraceTime() {
        AccessKey before = keys.create(Role.INVOKER, "");
        AccessKey after = keys.rotate(before.id(), Duration.ZERO);

        assertThat(isTaken(before)).isFalse();
        assertThat(isTaken(after)).isTrue();
    }

    @Test
    void refusesAGraceTimeOfMoreThanAWeek() {
        AccessKey key = keys.create(Role.INVOKER, "");

        assertThatThrownBy(() -> keys.rotate(key.id(), Duration.ofDays(7).plusSeconds(1)))
                .isInstanceOf(PlatformException.class)
                .hasMessage("graceSeconds: 604801 (expected: 0 to 604800)");
        assertThat(isTaken(key)).isTrue();
    }

    private boolean isTaken(AccessKey key) {
        try {
            return tokens.verify(BearerTokens.of(key.id(), key.secret())).role() == key.role();
        } catch (PlatformException _) {
            return false;
        }
    }
}
