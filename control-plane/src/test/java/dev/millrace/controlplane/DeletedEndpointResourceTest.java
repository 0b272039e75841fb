package dev.millrace.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeletedEndpointResourceTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void findsTheOneThatAcceptedACall() {
        EndpointResource first = create("digits");
        Instant during = fixture.clock.instant().plusSeconds(60);
        fixture.pass(Duration.ofHours(1));
        DeletedEndpointResource deleted = DeletedEndpointResource.of(first, fixture.clock.instant());
        fixture.pass(Duration.ofHours(1));
        EndpointResource second = create("digits-2");
        fixture.pass(Duration.ofHours(1));

        DeletedEndpointResource both = deleted.with(second, fixture.clock.instant());

        assertThat(both.find(each -> each.accepted(during)).map(EndpointIncarnation::webhookSecret))
                .contains(first.webhookSecret());
        assertThat(both.find(each -> each.accepted(second.createdAt().plusSeconds(60)))
                        .map(EndpointIncarnation::webhookSecret))
                .contains(second.webhookSecret());
        assertThat(both.find(each -> each.accepted(second.createdAt().minusSeconds(60))))
                .isEmpty();
        assertThat(both.find(each -> each.accepted(fixture.clock.instant().plusSeconds(3600))))
                .isEmpty();
    }

    @Test
    void holdsAnEndpointOnceAndForgetsItAfterItsTime() {
        EndpointResource endpoint = create("digits");
        Instant deletedAt = fixture.clock.instant();
        DeletedEndpointResource deleted = DeletedEndpointResource.of(endpoint, deletedAt);

        assertThat(deleted.with(endpoint, deletedAt.plusSeconds(1))).isEqualTo(deleted);
        assertThat(deleted.since(deletedAt)).isEqualTo(deleted);
        assertThat(deleted.since(deletedAt.plusSeconds(1)).incarnations()).isEmpty();
    }

    @Test
    void isReadBackAsItWasWritten() {
        DeletedEndpointResource deleted = DeletedEndpointResource.of(create("digits"), fixture.clock.instant());

        DeletedEndpointResource stored = fixture.catalog.create(ResourceKind.DELETED_ENDPOINT, deleted);

        assertThat(fixture.catalog.load(ResourceKind.DELETED_ENDPOINT, "digits"))
                .contains(stored);
        assertThat(stored.toString())
                .doesNotContain(stored.incarnations().getFirst().webhookSecret().value());
    }

    private EndpointResource create(String name) {
        fixture.createEndpoint(name);
        return fixture.endpoint(name);
    }
}
