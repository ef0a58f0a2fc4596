using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.UnitTests.EdgeAgent.Storage;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Rounds;

/// <summary>
/// Power fails between seeing a clone and its CONFLICT event: nobody was told what the journal lacks.
/// </summary>
public sealed class CloneCrashTests : IDisposable
{
    private const string Conflict = "Accepted, hint ReplayConflict";

    private readonly SigningKey device = SigningKey.Create(SignatureAlgorithm.EdDsa);
    private readonly LoopBench.CloudDocumentsOf cloud = new();

    public void Dispose()
    {
        device.Dispose();
        cloud.Dispose();
    }

    [Theory]
    [InlineData(CrashMode.Kill)]
    [InlineData(CrashMode.Strict)]
    [InlineData(CrashMode.Torn)]
    public async Task A_power_cut_at_any_step_of_a_conflict_loses_no_proof_that_was_told(CrashMode mode)
    {
        var (step, told, lost) = (0, 0, 0);
        for (var finished = false; !finished; )
        {
            var disk = new SimulatedDisk(++step);
            disk.CreateFolder(LoopBench.Data);
            string? heard;
            byte[] first;
            byte[] second;
            using (var bench = new LoopBench(disk, device, cloud))
            {
                first = bench.Sign(bench.Sale(1, 1_00));
                second = bench.Sign(bench.Sale(1, 2_00));
                Assert.Equal("Accepted, final Approved", Insist(bench, first));
                (disk.FailAt, disk.FailsFromThen) = (disk.Steps + step, true);
                heard = bench.Send(second);
            }

            finished = heard == Conflict && step > 2;
            disk.FailsFromThen = false;
            disk.Crash(mode);
            using var after = new LoopBench(disk, device, cloud);
            Assert.Equal("Accepted, final Approved", Insist(after, first));   // The stored reply, before and after.
            var kept = await after.Loop.AskAsync(machine => machine.Book.IsDenied(device.Public.Id, 1));
            if (heard == Conflict) Assert.True(kept);
            else lost += kept ? 0 : 1;
            told += heard == Conflict ? 1 : 0;

            Assert.Equal(Conflict, after.Send(second));   // Seen again, it is proved again.
            Assert.True(await after.Loop.AskAsync(machine => machine.Book.IsDenied(device.Public.Id, 1)));
            Assert.Equal(
                DecisionCode.DenyListed.ToString(),
                after.Send(after.Sign(after.Sale(2, 1_00, LoopBench.DigestOf(first))))!.Split(' ')[^1]);
        }

        Assert.True(told > 0 && lost > 0, $"{told} told, {lost} lost before anybody was told");
    }

    /// <summary>As a device does: after "not now" the same bytes again.</summary>
    private static string? Insist(LoopBench bench, byte[] message)
    {
        string? heard = null;
        for (var tries = 0; tries < 100; tries++)
        {
            heard = bench.Send(message);
            if (heard?.EndsWith("TempError", StringComparison.Ordinal) != true) break;
        }

        return heard;
    }
}
