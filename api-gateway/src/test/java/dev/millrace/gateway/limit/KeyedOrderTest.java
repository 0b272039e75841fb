package dev.millrace.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeyedOrderTest {
    private final KeyedOrder<String> order = new KeyedOrder<>();

    @Test
    void runsWorkUnderOneKeyOneAfterTheOther() {
        var first = new CompletableFuture<String>();
        var second = new CompletableFuture<String>();
        boolean[] begun = {false};

        var one = order.run("a", () -> first);
        var two = order.run("a", () -> {
            begun[0] = true;
            return second;
        });

        assertThat(begun[0]).isFalse();
        first.completeExceptionally(new IllegalStateException("failed"));
        assertThat(begun[0]).isTrue();
        second.complete("done");
        assertThat(one.toCompletableFuture()).isCompletedExceptionally();
        assertThat(two.toCompletableFuture()).isCompletedWithValue("done");
    }

    @Test
    void letsOtherKeysPass() {
        var _ = order.run("a", CompletableFuture::new);

        assertThat(order.run("b", () -> CompletableFuture.completedFuture(1)).toCompletableFuture())
                .isCompletedWithValue(1);
    }
}
