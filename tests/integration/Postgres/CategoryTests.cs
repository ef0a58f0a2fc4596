using MqttPay.CloudSync.Ingest;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

/// <summary>
/// Each category of a record that a batch can bring, posted by an edge that is not always honest. Whatever comes, the
/// batch is taken, the books add up, and every record is counted once.
/// </summary>
public sealed class CategoryTests(LedgerServer server)
{
    private delegate Task Deed(LedgerWorld world, TestDevice shop, long lease);

    private static readonly Dictionary<Category, Deed> Deeds = new()
    {
        [Category.BadSignature] = async (world, _, lease) =>
        {
            var forged = (Leaf.Decided)TestEdge.Approve(world.Device, world.Device.Sale(1), lease);
            forged.Request[^1] ^= 1;
            await world.PostAsync(world.Edge.Batch([forged]));
        },
        [Category.Conflict] = async (world, _, lease) =>
        {
            await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
            await world.PostAsync(world.Edge.Batch(
                [TestEdge.Approve(world.Device, world.Device.Sale(1, 1_00), lease)]));
        },
        [Category.DuplicateBenign] = async (world, _, lease) =>
        {
            var sale = TestEdge.Approve(world.Device, world.Device.Sale(1), lease);
            await world.PostAsync(world.Edge.Batch([sale], [sale]));
        },
        [Category.RevokedAtTime] = async (world, _, lease) =>
        {
            await world.RunAsync("update device set state = 2, revoked_at = now() - interval '1 hour'");
            await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        },
        [Category.OverLease] = (world, _, lease) => world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(1, 100_01), lease)])),
        [Category.Orphan] = (world, shop, lease) => world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(shop, Finish(shop, Operation.Capture, 1, world.Device.Sale(99).Name, 1_00), lease)])),
        [Category.HoldExpiredCapture] = (world, shop, lease) =>
        {
            var held = world.Device.Held(1);
            return world.PostAsync(world.Edge.Batch(
                [TestEdge.Approve(world.Device, held, lease)],
                [TestEdge.Happen(new RoundEvent.HoldEnd(held.Kid, 1, 1, false, 3_50))],
                [TestEdge.Approve(shop, Finish(shop, Operation.Confirm, 1, held.Name, 3_50), lease)]));
        },
        [Category.CurrencyMismatch] = (world, _, lease) => world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(1) with { Currency = 840 }, lease)])),
        [Category.AmountMismatch] = (world, _, lease) => world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(1), lease, amountMinor: 4_00)])),
        [Category.StatusMismatch] = (world, _, lease) => world.PostAsync(world.Edge.Batch(
            [TestEdge.Decline(world.Device, world.Device.Sale(1))],
            [TestEdge.Approve(world.Device, world.Device.Sale(1), lease)])),
        [Category.ClockSuspect] = (world, _, lease) =>
        {
            world.Edge.Unix += 3_600;
            return world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        },
        [Category.MatchedLate] = async (world, _, lease) =>
        {
            await world.RunAsync("update lease set granted_at = granted_at - interval '3 days'");
            world.Edge.Unix -= 2 * 86_400;
            await world.PostAsync(world.Edge.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]));
        },
        [Category.Matched] = (world, _, lease) => world.PostAsync(world.Edge.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(1), lease)])),
    };

    public static TheoryData<Category> Categories => [.. Deeds.Keys];

    [Theory]
    [MemberData(nameof(Categories))]
    public async Task A_record_is_in_its_category_and_in_no_other(Category category)
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var shop = await world.EnrolDeviceAsync(1, null, "capture", "confirm", "void", "refund", "status");

        await Deeds[category](world, shop, lease);

        Assert.Equal(1, await world.CategoryCountAsync(category));
        var records = await world.NumberAsync("select sum(accepted + declined + rejected)::bigint from batch");
        Assert.Equal(records, await world.NumberAsync("select count(*) from record_category"));
        await world.ProveAsync();
    }

    [Fact]
    public async Task A_gap_and_false_totals_refuse_the_batch_whole_under_their_category()
    {
        await using var world = await LedgerWorld.CreateAsync(server);
        var lease = await world.GrantAsync(100_00);
        var later = world.Edge.Copy();
        later.Batch([TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]);
        Assert.IsType<IngestResult.Gap>(await world.SubmitAsync(later.Batch(
            [TestEdge.Approve(world.Device, world.Device.Sale(2), lease)])));

        var forged = world.Edge.BatchOf(
            seal => seal with { Totals = [] }, [TestEdge.Approve(world.Device, world.Device.Sale(1), lease)]);
        var refused = Assert.IsType<IngestResult.Refused>(await world.SubmitAsync(forged));
        Assert.Equal($"MP{7000 + (int)Category.TotalsMismatch}", refused.Code);
        Assert.Equal(0, await world.NumberAsync("select count(*) from record_category"));
    }

    private static PaymentRequest Finish(
        TestDevice shop, Operation operation, long sequence, RequestName about, long amountMinor) =>
        shop.Sale(sequence, amountMinor) with { Operation = operation, ReferenceId = PaymentId.Of(about) };
}
