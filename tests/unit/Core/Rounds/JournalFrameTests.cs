using MqttPay.Payments;
using MqttPay.Rounds;
using Xunit;

namespace MqttPay.UnitTests.Core.Rounds;

public sealed class JournalFrameTests
{
    private const uint Seed = 0xA1B2C3D4;

    [Fact]
    public void The_checksum_is_crc32c() =>
        Assert.Equal(0xE3069283u, Crc32C.Of(0, "123456789"u8));

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(44)]
    public void Two_seeds_never_agree_on_the_same_bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(seed => Crc32C.Of((uint)seed, bytes)).Distinct().Count());
    }

    [Fact]
    public void The_bytes_of_a_frame_are_these()
    {
        const string Expected =
            "4bcaffc1" + "03000000" + "0201000000000000" + "05000000" + "07000000" + "0100000000000000"
            + "aabbcc0000000000";

        Assert.Equal(Expected, Convert.ToHexStringLower(Frame()));
    }

    [Fact]
    public void A_frame_reads_back()
    {
        Assert.Equal(FrameCheck.Good, JournalFrame.Check(Frame(), Seed, out var head));
        Assert.Equal(new FrameHead(0x102, 5, 7, (ushort)FrameKind.Round, 0, 3), head);
        Assert.Equal(40, head.Size);
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_seen()
    {
        for (var bit = 0; bit < 40 * 8; bit++)
        {
            var frame = Frame();
            frame[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal(FrameCheck.Bad, JournalFrame.Check(frame, Seed, out _));
        }

        for (var length = 1; length < 40; length++)
            Assert.Equal(FrameCheck.Bad, JournalFrame.Check(Frame().AsSpan(0, length), Seed, out _));
    }

    [Fact]
    public void Another_seed_does_not_pass() =>
        Assert.Equal(FrameCheck.Bad, JournalFrame.Check(Frame(), Seed + 1, out _));

    [Fact]
    public void Zeros_or_the_end_mean_that_nothing_was_written()
    {
        Assert.Equal(FrameCheck.Zeros, JournalFrame.Check(new byte[4_096], Seed, out _));
        Assert.Equal(FrameCheck.Zeros, JournalFrame.Check(new byte[8], Seed, out _));
        Assert.Equal(FrameCheck.Zeros, JournalFrame.Check([], Seed, out _));
    }

    [Fact]
    public void A_header_reads_back_and_every_flipped_bit_is_seen()
    {
        var header = Header();
        var bytes = header.Encode();
        Assert.Equal(header, SegmentHeader.Read(bytes, out _));

        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Null(SegmentHeader.Read(bytes, out _));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void A_header_of_a_newer_version_is_told_from_damage()
    {
        var bytes = Header().Encode();
        bytes[8] = 2;
        BitConverter.TryWriteBytes(bytes.AsSpan(4_092), Crc32C.Of(0, bytes.AsSpan(0, 4_092)));

        Assert.Null(SegmentHeader.Read(bytes, out var version));
        Assert.Equal(2u, version);
    }

    [Fact]
    public void A_scan_takes_only_the_expected_frame()
    {
        var header = Header();
        var frame = Frame();

        Assert.Equal(ScanStep.Frame, SegmentScan.Next(frame, header, 0x102, 7, out _));
        Assert.Equal(ScanStep.Misplaced, SegmentScan.Next(frame, header, 0x103, 7, out _));
        Assert.Equal(ScanStep.Misplaced, SegmentScan.Next(frame, header, 0x102, 8, out _));
        Assert.Equal(ScanStep.Misplaced, SegmentScan.Next(frame, header with { Fence = 6 }, 0x102, 7, out _));
        Assert.Equal(ScanStep.Bad, SegmentScan.Next(frame, header with { Seed = 1 }, 0x102, 7, out _));
    }

    [Fact]
    public void A_later_frame_is_found_at_every_step_and_an_earlier_one_is_none()
    {
        for (var at = 0; at < 200; at += 8)
        {
            var bytes = new byte[300];
            new Random(at).NextBytes(bytes.AsSpan(0, at));
            Frame().CopyTo(bytes, at);

            Assert.Equal(at, SegmentScan.LaterFrame(bytes, 300, Header(), 0x102));
            Assert.Equal(at, SegmentScan.LaterFrame(bytes, 300, Header(), 0x101));
            Assert.Equal(-1, SegmentScan.LaterFrame(bytes, 300, Header(), 0x103));
            Assert.Equal(-1, SegmentScan.LaterFrame(bytes, at, Header(), 0x102));
        }
    }

    [Fact]
    public void A_later_frame_is_found_behind_many_zeros()
    {
        for (var at = 0; at < 400; at += 8)
        {
            var bytes = new byte[500];
            Frame().CopyTo(bytes, at);
            bytes.AsSpan(at, 4).Clear();
            var seed = SeedForZeroChecksum(bytes.AsSpan(at, 40));

            Assert.Equal(at, SegmentScan.LaterFrame(bytes, 500, Header() with { Seed = seed }, 0x102));
        }
    }

    /// <summary>The seed under which a frame's checksum is zero: the least visible start behind zeros.</summary>
    private static uint SeedForZeroChecksum(ReadOnlySpan<byte> frame)
    {
        // The checksum is linear in the seed: collect what each bit of it changes, then solve for the change wanted.
        var rest = frame[4..];
        var zero = Crc32C.Of(0, rest);
        var (vectors, sources) = (new uint[32], new uint[32]);
        for (var bit = 0; bit < 32; bit++)
        {
            var (vector, source) = (Crc32C.Of(1u << bit, rest) ^ zero, 1u << bit);
            for (var pivot = 31; pivot >= 0 && vector != 0; pivot--)
            {
                if ((vector >> pivot & 1) == 0) continue;
                if (vectors[pivot] == 0)
                {
                    (vectors[pivot], sources[pivot]) = (vector, source);
                    break;
                }

                (vector, source) = (vector ^ vectors[pivot], source ^ sources[pivot]);
            }
        }

        var (wanted, seed) = (zero, 0u);
        for (var pivot = 31; pivot >= 0; pivot--)
        {
            if ((wanted >> pivot & 1) == 1) (wanted, seed) = (wanted ^ vectors[pivot], seed ^ sources[pivot]);
        }

        return seed;
    }

    private static byte[] Frame()
    {
        var frame = new byte[JournalFrame.SizeOf(3)];
        JournalFrame.Write(frame, Seed, 0x102, 5, 7, (ushort)FrameKind.Round, [0xAA, 0xBB, 0xCC]);
        return frame;
    }

    private static SegmentHeader Header() =>
        new(9, 5, 2, 0x102, 77, Hash.Of([1]), Seed, 8, 64 << 20, 0x101, 5_000);
}
