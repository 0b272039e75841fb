package dev.millrace.identity;

import dev.millrace.runtime.Secret;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/// Session tokens of an installation of the tests.
final class Sessions {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SecretSeal SEAL = SecretSeal.derivedFrom(new Secret("the root's secret"), RANDOM);

    private Sessions() {}

    static SessionTokens at(AccessKeys keys, Instant now) {
        return new SessionTokens(keys, SEAL, new NewAccessKey(RANDOM), InstantSource.fixed(now));
    }

    /// Of another installation.
    static SessionTokens foreign(AccessKeys keys, Instant now) {
        return new SessionTokens(
                keys,
                SecretSeal.derivedFrom(new Secret("another root's secret"), RANDOM),
                new NewAccessKey(RANDOM),
                InstantSource.fixed(now));
    }
}
