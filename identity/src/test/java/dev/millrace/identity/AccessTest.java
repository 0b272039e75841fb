package dev.millrace.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys, roles, tokens and sealed secrets.
class AccessTest {
    private final SecureRandom random = new SecureRandom();
    private final AccessKey key = new NewAccessKey(random).create(Role.OPERATOR);
    private final BearerTokens tokens =
            new BearerTokens(id -> Optional.of(key).filter(each -> each.id().equals(id)));

    @Test
    void makesKeysOfTheFormOfAws() {
        assertThat(key.id()).matches("AKIA[A-Z2-7]{16}");
        assertThat(key.secret().value()).matches("[A-Za-z0-9+/]{40}");
        assertThat(key.toString()).doesNotContain(key.secret().value());
        assertThat(IntStream.range(0, 1_000)
                        .mapToObj(_ ->
                                new NewAccessKey(random).create(Role.READER).id())
                        .distinct())
                .hasSize(1_000);
    }

    @Test
    void letsEachRoleDoItsOwn() {
        assertThat(Role.READER.may(Permission.READ)).isTrue();
        assertThat(Role.READER.may(Permission.INVOKE)).isFalse();
        assertThat(Role.INVOKER.may(Permission.INVOKE)).isTrue();
        assertThat(Role.INVOKER.may(Permission.READ)).isFalse();
        assertThat(Role.OPERATOR.may(Permission.OPERATE)).isTrue();
        assertThat(Role.OPERATOR.may(Permission.ADMINISTER)).isFalse();
        assertThat(Role.ADMIN.may(Permission.ADMINISTER)).isTrue();
        assertThatThrownBy(() -> Role.of("root"))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("operator");
    }

    @Test
    void knowsTheHolderOfAToken() {
        String token = BearerTokens.of(key.id(), key.secret());

        assertThat(tokens.verify(token)).isEqualTo(new Principal(key.id(), Role.OPERATOR));
        assertThat(token).doesNotContain(key.secret().value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mlr_", "mlr__", "nothing", "mlr_AKIA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void refusesWhatIsNoToken(String token) {
        assertUnauthenticated(token);
    }

    @Test
    void refusesATokenOfAnotherSecretOrKey() {
        String token = BearerTokens.of(key.id(), key.secret());
        char last = token.charAt(token.length() - 1);

        assertUnauthenticated(BearerTokens.of(key.id(), new Secret("another")));
        assertUnauthenticated(BearerTokens.of("AKIAANOTHER", key.secret()));
        assertUnauthenticated(token.substring(0, token.length() - 2) + (last == 'A' ? "BB" : "AA"));
        assertUnauthenticated(token + "A");
        assertUnauthenticated("x".repeat(100_000));
    }

    @Test
    void opensWhatItSealedForThatOwnerOnly() {
        var seal = SecretSeal.derivedFrom(new Secret("a root secret"), random);
        String sealed = seal.seal("AKIAONE", key.secret());

        assertThat(seal.open("AKIAONE", sealed)).isEqualTo(key.secret());
        assertThat(sealed).doesNotContain(key.secret().value()).isNotEqualTo(seal.seal("AKIAONE", key.secret()));
        assertThatThrownBy(() -> seal.open("AKIATWO", sealed)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() ->
                        SecretSeal.derivedFrom(new Secret("another"), random).open("AKIAONE", sealed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("master key");
        for (String damaged : List.of("", "AAAA", "not Base64!", sealed.substring(4), sealed + "AAAA")) {
            assertThatThrownBy(() -> seal.open("AKIAONE", damaged)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void knowsAMasterKey() {
        assertThat(SecretSeal.isMasterKey(new Secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")))
                .isTrue();
        assertThat(SecretSeal.isMasterKey(new Secret("c2hvcnQ="))).isFalse();
        assertThat(SecretSeal.isMasterKey(new Secret("not Base64!"))).isFalse();
    }

    private void assertUnauthenticated(String token) {
        assertThatThrownBy(() -> tokens.verify(token))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED));
    }
}
