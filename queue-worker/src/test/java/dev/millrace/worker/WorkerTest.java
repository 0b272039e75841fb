package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerTest {
    @Test
    void finishesWhatItHasBegunAndGivesBackTheRestWhenToldToLeave() throws InterruptedException {
        try (var fixture = new WorkerFixture()) {
            FakeAcquired begun = fixture.give(fixture.asynchronous("slow 300 x"));
            await().until(() -> fixture.runner.runs() == 1);

            boolean isFinished = fixture.worker.drain(Duration.ofSeconds(10));

            assertThat(isFinished).isTrue();
            assertThat(begun.outcome()).isEqualTo(new Outcome.Completed());
            assertThat(fixture.lanes.acquiring(WorkerFixture.ASYNCHRONOUS)).isEmpty();
            assertThat(fixture.worker.state()).isEqualTo(new WorkerState.Draining(0));
        }
    }

    @Test
    void givesBackWhatIsNotFinishedAtTheDrainDeadline() throws InterruptedException {
        try (var fixture = new WorkerFixture()) {
            FakeAcquired endless = fixture.give(fixture.asynchronous("slow 20000 x"));
            await().until(() -> fixture.runner.runs() == 1);

            boolean isFinished = fixture.worker.drain(Duration.ofMillis(200));

            assertThat(isFinished).isFalse();
            assertThat(endless.outcome()).isEqualTo(new Outcome.Drained());
        }
    }

    @Test
    void runsNoMoreAsynchronousRequestsAtOnceThanItsBound() throws InterruptedException {
        try (var fixture = new WorkerFixture()) {
            List<FakeAcquired> records = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                records.add(fixture.give(fixture.asynchronous("slow 20000 " + i)));
            }

            fixture.worker.drain(Duration.ofMillis(200));

            assertThat(records)
                    .allSatisfy(record -> assertThat(record.outcome()).isEqualTo(new Outcome.Drained()));
        }
    }

    @Test
    void opensAReplacementWhileARecordIsHeldInTrouble() {
        try (var fixture = new WorkerFixture()) {
            fixture.store.setOut(true);
            FakeAcquired held = fixture.give(fixture.asynchronous("echo x"));
            int before = fixture.lanes.all().size();

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(fixture.lanes.all()).hasSizeGreaterThan(before));

            assertThat(held.outcome()).isNull();
            fixture.store.setOut(false);
            await().untilAsserted(() -> assertThat(held.outcome()).isEqualTo(new Outcome.Completed()));
        }
    }

    @Test
    void takesOneRecordAtATimeAfterACrashUntilOneHasPassed() {
        try (var fixture = new WorkerFixture(config -> WorkerFixture.config(1))) {
            await().until(() ->
                    !fixture.lanes.acquiring(WorkerFixture.ASYNCHRONOUS).isEmpty());
            assertThat(fixture.lanes.all()).allMatch(consumer -> consumer.maxHeld == 1);
            FakeAcquired first = fixture.give(fixture.asynchronous("slow 1500 x"));
            await().during(Duration.ofMillis(1_200))
                    .until(() -> fixture.lanes.all().stream().allMatch(consumer -> consumer.maxHeld == 1));

            await().until(() -> fixture.lanes.all().stream().anyMatch(consumer -> consumer.maxHeld > 1));

            assertThat(first.outcome()).isEqualTo(new Outcome.Completed());
        }
    }

    @Test
    void widensItsIntakeOnceTheModelProvesQuick() {
        try (var fixture = new WorkerFixture()) {
            for (int i = 0; i < 10; i++) {
                fixture.give(fixture.asynchronous("echo " + i));
            }

            await().untilAsserted(() -> assertThat(fixture.lanes.acquiring(WorkerFixture.ASYNCHRONOUS))
                    .allMatch(consumer -> consumer.maxHeld == 8));
        }
    }

    @Test
    void servesALaneThatIsAddedWhileItRuns() {
        try (var fixture = new WorkerFixture()) {
            var second = new LaneId(WorkerFixture.ENDPOINT, WorkerFixture.GENERATION, LaneId.Kind.ASYNCHRONOUS, 1);

            fixture.worker.serve(List.of(WorkerFixture.REAL_TIME, WorkerFixture.ASYNCHRONOUS, second));

            await().until(() -> !fixture.lanes.acquiring(second).isEmpty());
        }
    }

    @Test
    void reportsWhatItDoesSoonAfterEveryChange() {
        try (var fixture = new WorkerFixture()) {
            fixture.give(fixture.asynchronous("slow 400 x"));

            await().untilAsserted(() -> assertThat(fixture.states)
                    .anySatisfy(state -> assertThat(state)
                            .isInstanceOfSatisfying(
                                    WorkerState.Ready.class,
                                    ready -> assertThat(ready.inFlight()).isOne())));
            await().untilAsserted(() -> assertThat(fixture.states.getLast())
                    .isInstanceOfSatisfying(WorkerState.Ready.class, ready -> {
                        assertThat(ready.inFlight()).isZero();
                        assertThat(ready.executionProvider()).isEqualTo("ScriptedProvider");
                    }));
        }
    }
}
