using System.Net;
using MqttPay.IntegrationTests.Postgres;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

/// <summary>A gateway that lost part of its history, as the cloud finds it.</summary>
public sealed class HistoryTests(TestCloud cloud) : IClassFixture<TestCloud>
{
    [Fact]
    public async Task A_restored_gateway_gets_a_fence_order_that_goes_on_after_the_clouds_head()
    {
        var site = await TestSite.CreateAsync(cloud, 71, "00000000000000a1");
        var backup = site.Edge.Copy();
        await site.PostAsync([TestEdge.Happen(new RoundEvent.LeaseOn(site.Lease, 1)), site.Sale(1)], [site.Sale(2)]);

        // The restored agent starts: a round of its own where the cloud has another.
        backup.Incarnation++;
        backup.Run([TestEdge.Happen(new RoundEvent.Start("1", false, new byte[16], 1, 1))]);
        var answer = await site.SyncAsync(backup, TestCloud.Want(9, site.Account, 10_00));
        var again = await site.SyncAsync(backup);

        var order = site.OrderOf(answer);
        Assert.Equal(new Ack(71, 2, site.Edge.Round, site.Edge.Root), order);
        Assert.Equal(order, site.OrderOf(again));
        Assert.Equal([(9u, DecisionCode.EdgeFrozen)], answer.Refusals);
        Assert.Equal([site.Lease], answer.LeasesToStop);
        RosterCodec.TryParse(cloud.Verified(71, MessageKind.Roster, answer.Roster!), out var roster);
        Assert.Equal(2, Assert.Single(roster!.Devices).SequenceFloor);

        backup.Refence(order);
        var granted = await site.SyncAsync(backup, TestCloud.Want(1, site.Account, 10_00) with { Fence = 2 });
        GrantCodec.TryParse(cloud.Verified(71, MessageKind.Grant, granted.Grants.Single()), out var grant);
        using var posted = await site.SubmitAsync(backup.Batch(
            [TestEdge.Approve(site.Device, site.Device.Sale(3), grant!.Lease)]));
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Null(granted.FenceOrder);
        Assert.True((bool)(await cloud.ReadAsync("/v1/ledger/prove"))["holds"]!);
    }

    [Fact]
    public async Task A_backup_from_within_the_same_history_is_found_by_its_later_start()
    {
        var site = await TestSite.CreateAsync(cloud, 72, "00000000000000a2");
        await site.PostAsync([site.Sale(1)]);
        var old = site.Edge.Copy();
        await site.PostAsync([site.Sale(2)]);

        var late = await site.SyncAsync(old);   // Sent before the batch, received after it.
        old.Incarnation++;
        var restored = await site.SyncAsync(old);

        Assert.Null(late.FenceOrder);
        Assert.Equal((2u, 2L), (site.OrderOf(restored).Fence, site.OrderOf(restored).Round));
    }

    [Fact]
    public async Task A_fork_of_a_batch_gets_a_fence_order_at_the_next_sync_and_its_rounds_count_as_evidence()
    {
        var site = await TestSite.CreateAsync(cloud, 73, "00000000000000a3");
        var twin = site.Edge.Copy();
        await site.PostAsync([site.Sale(1)]);
        var lost = twin.Batch([TestEdge.Approve(site.Device, site.Device.Sale(2, 5_00), site.Lease)]);

        using var fork = await site.SubmitAsync(lost);
        var order = site.OrderOf(await site.SyncAsync(twin));
        using var branch = await site.SubmitAsync(lost, "branch");
        using var again = await site.SubmitAsync(lost, "branch");

        Assert.Equal(HttpStatusCode.Conflict, fork.StatusCode);
        Assert.Equal(new Ack(73, 2, site.Edge.Round, site.Edge.Root), order);
        Assert.Equal(HttpStatusCode.OK, branch.StatusCode);
        Assert.Equal(
            await branch.Content.ReadAsByteArrayAsync(), await again.Content.ReadAsByteArrayAsync());
        var payments = await cloud.ReadAsync("/v1/payments?edge=73");
        Assert.Equal(
            [("MATCHED", 3_50L), ("CHAIN_FORK", 5_00L)],
            payments["data"]!.AsArray().Select(p => ((string)p!["category"]!, (long)p["paid_minor"]!)));
        Assert.True((bool)(await cloud.ReadAsync("/v1/ledger/prove"))["holds"]!);
    }

    [Fact]
    public async Task A_gateway_that_froze_itself_over_a_receipt_is_given_a_new_fence()
    {
        var site = await TestSite.CreateAsync(cloud, 74, "00000000000000a4");

        await site.PostAsync([site.Sale(1), TestEdge.Happen(new RoundEvent.Frozen(1, null))]);
        var order = site.OrderOf(await site.SyncAsync(site.Edge));

        Assert.Equal((2u, 1L), (order.Fence, order.Round));
    }

    [Fact]
    public async Task A_late_sync_of_the_old_fence_changes_nothing_and_an_old_box_does_when_it_comes_again()
    {
        var site = await TestSite.CreateAsync(cloud, 76, "00000000000000a6");
        await site.PostAsync([site.Sale(1)]);
        var old = site.Edge.Copy();
        await cloud.MakeAsync("/v1/gateways/76/fence", new { });
        site.Edge.Refence(site.OrderOf(await site.SyncAsync(old)));
        await site.PostAsync([TestEdge.Decline(site.Device, site.Device.Sale(2))]);

        var late = await site.SyncAsync(old);
        var soon = await site.SyncAsync(old);
        await cloud.QueryAsync<object>(
            "update edge set stale_sync_at = stale_sync_at - interval '6 seconds' where edge_id = 76");
        var again = await site.SyncAsync(old);

        Assert.Equal((null, null, 2u), (late.FenceOrder, soon.FenceOrder, soon.Fence));
        Assert.Equal((3u, 2L), (site.OrderOf(again).Fence, site.OrderOf(again).Round));
    }

    [Fact]
    public async Task Two_boxes_with_one_key_end_frozen_and_an_operator_thaws_them()
    {
        var site = await TestSite.CreateAsync(cloud, 75, "00000000000000a5");
        var other = site.Edge.Copy();
        await site.PostAsync([site.Sale(1)]);
        for (var turn = 2; turn < 12; turn++)
        {
            other.Incarnation += 2;
            var answer = await site.SyncAsync(other);
            if (answer.FenceOrder is null) continue;
            site.Edge.Refence(site.OrderOf(answer));
            await site.PostAsync([TestEdge.Decline(site.Device, site.Device.Sale(turn))]);
        }

        Assert.Equal("frozen", (string)(await cloud.ReadAsync("/v1/gateways/75"))["state"]!);
        Assert.Equal(8, await cloud.QueryAsync<long>(
            "select count(*) from fence_raise where edge_id = 75 and made_by = 'cloud'"));
        var thawed = await cloud.MakeAsync("/v1/gateways/75/fence", new { });
        Assert.Equal("active", (string)thawed["state"]!);
    }
}
