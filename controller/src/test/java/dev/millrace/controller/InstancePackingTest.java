package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.ComponentSpecification;
import dev.millrace.controlplane.InstanceTypes.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstancePackingTest {
    private static final Size INSTANCE = new Size(4, 8_192, 2);

    @Test
    void takesAnInstanceForTheFirstCopyAndTheNextWhenItIsFull() {
        var packing = new InstancePacking(INSTANCE, 3);

        assertThat(packing.used()).isZero();
        assertThat(packing.add(copy(4_096, null, null), 2)).isEqualTo(2);
        assertThat(packing.used()).isEqualTo(1);
        assertThat(packing.add(copy(4_096, null, null), 1)).isEqualTo(1);
        assertThat(packing.used()).isEqualTo(2);
    }

    @Test
    void packsNoMoreThanTheInstancesHold() {
        var packing = new InstancePacking(INSTANCE, 2);

        assertThat(packing.add(copy(3_000, null, null), 1_000)).isEqualTo(4);
        assertThat(packing.add(copy(2_000, null, null), 1_000)).isEqualTo(2);
        assertThat(packing.add(copy(193, null, null), 1)).isZero();
        assertThat(packing.add(copy(192, null, null), 1)).isEqualTo(1);
    }

    @Test
    void countsCoresAndAcceleratorsAsMemory() {
        assertThat(new InstancePacking(INSTANCE, 1).add(copy(128, 0.25, null), 100))
                .isEqualTo(16);
        assertThat(new InstancePacking(INSTANCE, 1).add(copy(128, null, 1.0), 100))
                .isEqualTo(2);
        assertThat(new InstancePacking(INSTANCE, 1).add(copy(128, 3.0, 1.0), 100))
                .isEqualTo(1);
    }

    @Test
    void hasNoRoomForACopyLargerThanAnInstance() {
        var packing = new InstancePacking(INSTANCE, 10);

        assertThat(packing.add(copy(8_193, null, null), 1)).isZero();
        assertThat(packing.add(copy(128, 4.5, null), 1)).isZero();
        assertThat(packing.add(copy(128, null, 3.0), 1)).isZero();
        assertThat(packing.used()).isZero();
    }

    @Test
    void fillsTheGapsOfEarlierInstancesFirst() {
        var packing = new InstancePacking(INSTANCE, 2);
        packing.add(copy(6_000, null, null), 2);

        assertThat(packing.add(copy(2_000, null, null), 2)).isEqualTo(2);
        assertThat(packing.used()).isEqualTo(2);
    }

    private static ComponentSpecification copy(int memoryMb, @Nullable Double cores, @Nullable Double accelerators) {
        return new ComponentSpecification(memoryMb, null, cores, accelerators, null, null);
    }
}
