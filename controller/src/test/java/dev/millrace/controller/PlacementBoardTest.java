package dev.millrace.controller;

import static dev.millrace.controller.Fixtures.GENERATION;
import static dev.millrace.controller.Fixtures.host;
import static dev.millrace.controller.Fixtures.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlacementBoardTest {
    private final Sent sent = new Sent();
    private final List<EndpointName> troubled = new ArrayList<>();
    private final HostBoard hosts = new HostBoard(Duration.ofSeconds(10), () -> Fixtures.NOW, (_, _) -> {});
    private final PlacementBoard board =
            new PlacementBoard(sent, hosts, new WorkerPlacer(new WorkerIds(new Random(1))), troubled::add);

    /// Keeps what is published; the test decides when the broker has it.
    private static final class Sent implements Feed<Placement> {
        final List<@Nullable Placement> placements = new ArrayList<>();
        final List<CompletableFuture<Void>> stages = new ArrayList<>();

        @Override
        public CompletionStage<Void> publish(String key, @Nullable Placement value) {
            placements.add(value);
            stages.add(new CompletableFuture<>());
            return stages.getLast();
        }

        @Override
        public Subscription follow(Start start, Listener<Placement> listener) {
            throw new UnsupportedOperationException("only sending is tested");
        }

        @Override
        public Subscription share(String group, GroupListener<Placement> listener) {
            throw new UnsupportedOperationException("only sending is tested");
        }
    }

    @BeforeEach
    void haveHosts() {
        hosts.caughtUp();
        hosts.onDocument("a", host("a", 2));
    }

    @Test
    void countsAPlacementFromTheMomentItIsSent() {
        var _ = place("one", 1);

        assertThat(board.workers(key("one"))).hasSize(1);
        assertThat(sent.placements).hasSize(1);
    }

    @Test
    void sendsNothingThatChangesNothing() {
        var _ = place("one", 1);
        var _ = place("one", 1);
        board.dismissAll(key("other"));

        assertThat(sent.placements).hasSize(1);
    }

    @Test
    void ignoresWhatOthersWroteBeforeItsOwnDocument() {
        var _ = place("one", 1);
        var others = new Placement(new EndpointName("one"), GENERATION, List.of());

        board.onDocument("one/g1", others);
        board.onDocument("one/g1", sent.placements.getLast());

        assertThat(board.workers(key("one"))).hasSize(1);
    }

    @Test
    void takesWhatOthersWriteAfterItsOwnDocument() {
        var _ = place("one", 1);
        board.onDocument("one/g1", sent.placements.getLast());

        board.onDocument("one/g1", new Placement(new EndpointName("one"), GENERATION, List.of()));

        assertThat(board.workers(key("one"))).isEmpty();
    }

    @Test
    void goesBackToWhatIsWrittenWhenSendingFails() {
        var _ = place("one", 1);

        sent.stages.getLast().completeExceptionally(new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "down"));

        assertThat(board.workers(key("one"))).isEmpty();
        assertThat(troubled).containsExactly(new EndpointName("one"));
    }

    @Test
    void givesASlotOnlyOnce() {
        var _ = place("one", 1);
        var _ = place("two", 1);

        assertThat(place("three", 1).missing()).isEqualTo(1);
        assertThat(board.isContended(key("one"))).isTrue();
        assertThat(board.isContended(key("three"))).isFalse();
    }

    @Test
    void givesAFreeSlotToWhoWaitsLongest() {
        var _ = place("one", 2);
        var _ = place("first", 1);
        var _ = place("second", 1);

        board.yieldOne(key("one"));

        assertThat(place("second", 1).missing()).isEqualTo(1);
        assertThat(place("one", 2).missing()).isEqualTo(1);
        assertThat(place("first", 1).missing()).isZero();
    }

    private WorkerPlacer.Plan place(String endpoint, int desired) {
        WorkerPlacer.Plan plan = board.place(key(endpoint), template(endpoint), desired);
        assertThat(plan.workers()).allMatch(worker -> worker.endpoint().value().equals(endpoint));
        return plan;
    }

    private static GenerationKey key(String endpoint) {
        return new GenerationKey(new EndpointName(endpoint), GENERATION);
    }
}
