using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>The system calls that .NET has no name for: fdatasync, opening a folder to sync it, and statfs.</summary>
internal static class LinuxCalls
{
    private const int StatfsSizeMax = 256;

    // O_RDONLY is 0; O_DIRECTORY and O_CLOEXEC differ between processors, so only the latter, equal on those we run on.
    private const int OpenForReading = 0x80000;

    /// <summary>File systems that are memory, somebody else's disk, or somebody else's program.</summary>
    private static readonly Dictionary<uint, string> Refused = new()
    {
        [0x01021994] = "tmpfs",
        [0x858458F6] = "ramfs",
        [0x6969] = "nfs",
        [0x517B] = "smb",
        [0xFF534D42] = "cifs",
        [0xFE534D42] = "smb2",
        [0x65735546] = "fuse",
    };

    public static void SyncContent(SafeFileHandle file, string path)
    {
        if (fdatasync(file) != 0) throw Failure("fdatasync", path);
    }

    public static void SyncFolder(string folder)
    {
        var descriptor = open(folder, OpenForReading);
        if (descriptor < 0) throw Failure("open", folder);

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (fsync(handle) != 0) throw Failure("fsync", folder);
    }

    /// <summary>The name of the file system when it is one that a journal must not live on.</summary>
    public static string? VolatileFileSystem(string folder)
    {
        var buffer = new byte[StatfsSizeMax];
        if (statfs(folder, buffer) != 0) throw Failure("statfs", folder);

        // f_type is the first field on every Linux; only its low 32 bits carry the magic number.
        return Refused.GetValueOrDefault(BinaryPrimitives.ReadUInt32LittleEndian(buffer));
    }

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of {path}: {Marshal.GetPInvokeErrorMessage(error)} ({error})");
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fdatasync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(SafeFileHandle file);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statfs([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] buffer);
}
