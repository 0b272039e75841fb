package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.testkit.SharedServers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StoreSelfCheckIT {
    private static final BucketName BUCKET = new BucketName("millrace-self-check");

    private ObjectStore store;

    @BeforeEach
    void open() {
        store = Adapters.store(SharedServers.store(), BUCKET);
        store.ensureBucket(BUCKET);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void passesAStoreThatKeepsItsWordAndLeavesNothing() {
        assertThatCode(check(store)::run).doesNotThrowAnyException();

        assertThat(store.list(BUCKET, "", "")).isEmpty();
    }

    @Test
    void refusesAStoreThatIgnoresConditions() {
        ObjectStore heedless = putting(arguments -> {
            arguments[3] = WriteCondition.ALWAYS;
            return arguments;
        });

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(check(heedless)::run)
                .withMessageContaining("If-None-Match")
                .withMessageContaining("8 won (expected: 1)")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_FAILURE));
    }

    @Test
    void refusesAStoreThatLosesMetadata() {
        ObjectStore forgetful = putting(arguments -> {
            arguments[2] = ObjectAttributes.NONE;
            return arguments;
        });

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(check(forgetful)::run)
                .withMessageContaining("metadata");
    }

    private static StoreSelfCheck check(ObjectStore store) {
        return new StoreSelfCheck(store, BUCKET, InstantSource.system(), RandomGenerator.getDefault());
    }

    /// The real store with what its puts are given changed.
    private ObjectStore putting(UnaryOperator<Object[]> change) {
        return (ObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    try {
                        return method.invoke(
                                store, method.getName().equals("put") ? change.apply(arguments) : arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
